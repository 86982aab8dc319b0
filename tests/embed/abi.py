"""What programs that were compiled against broadloom.h rely on, as lines of text: version, functions, structures, numbers."""

import re

from installed import CC, headers, run, scratch, without_comments

HEADER = "broadloom.h"


def declarations():
    [path] = [path for path in headers() if path.name == HEADER]
    return without_comments(path.read_text())


def in_one_line(text):
    return re.sub(r"\s*([*,(){}])\s*", r"\1", " ".join(text.split())).replace(",", ", ")


def functions(text):
    """Types alone: names of parameters may change."""
    for result, name, parameters in re.findall(r"\bBL_API\s+([\w\s*]+?)\b(bl_\w+)\s*\(([^;]*)\);", text):
        types = [re.sub(r"(?<=[\w*\s])\b\w+\s*$", "", part) if len(re.findall(r"[\w*]+", part)) > 1 else part
                 for part in parameters.split(",")]
        yield f"function {name}: {in_one_line(result)}({', '.join(in_one_line(part).strip() for part in types)})"


def members(body, prefix=""):
    """(path, declaration) of each member, of unions and structures inside, too."""
    while match := re.match(r"\s*(?:(?:union|struct)\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*(\w+)|([^;{}]+));", body):
        inner, name, plain = match.groups()
        if inner is not None:
            yield from members(inner, f"{prefix}{name}.")
        else:
            one_type, *names = plain.split(",") if "(" not in plain else [plain]
            kind = re.sub(r"\w+(\[\d+\])?\s*$", "", one_type)
            for declaration in [one_type, *(kind + name for name in names)]:
                found = re.search(r"\(\*\s*(\w+)\)", declaration) or re.search(r"(\w+)\s*(?:\[\d+\])?\s*$", declaration)
                yield prefix + found[1], in_one_line(declaration)
        body = body[match.end():]
    assert not body.strip(), f"cannot be read: {body}"


def structures(text):
    return {name: list(members(body))
            for name, body in re.findall(r"typedef struct (bl_\w+) \{(.*?)\n\} \1;", text, re.DOTALL)}


def constants(text):
    enums = re.findall(r"\benum\s*\w*\s*\{([^}]*)\}", text)
    return [name for body in enums for name in re.findall(r"\b(BL_\w+)\b(?=\s*[=,}]|\s*$)", body)] + \
        re.findall(r"#define (BL_(?!API\b|VERSION_|ABI_)\w+) \S", text)


def typedefs(text):
    for declaration in re.findall(r"typedef ((?!struct)[^;{]+);", text):
        yield f"type {in_one_line(declaration)}"


def lines():
    """Structures that begin with struct_size may grow: their size is not part of it."""
    text = declarations()
    prints = []
    for name, fields in structures(text).items():
        if fields[0][0] != "struct_size":
            prints.append(f'printf("struct {name}: %zu bytes\\n", sizeof({name}));')
        prints += [f'printf("struct {name}.{path}: {declaration}, at %zu, %zu bytes\\n", offsetof({name}, {path}), '
                   f'sizeof((({name}*)0)->{path}));' for path, declaration in fields]
    prints += [f'printf("constant {name}: %lld\\n", (long long){name});' for name in constants(text)]
    source = scratch() / "abi.c"
    source.write_text(text + "#include <stdio.h>\nint main(void) {\n" + "\n".join(prints) +
                      '\nreturn printf("version %d\\n", BL_ABI_VERSION) < 0;\n}\n')
    run(CC, "-std=c99", source, "-o", scratch() / "abi")
    return sorted({*run(scratch() / "abi").splitlines(), *functions(text), *typedefs(text)})
