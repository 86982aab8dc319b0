"""A small Lisp of arrays: programs become text (docs/ir.md), which broadloom compiles and runs through its C interface.

    $ python lisp.py libbroadloom.so '(let (d (- x (mean x 0))) (sqrt (mean (* d d) 0)))' 'x=[[1, 2], [3, 6]]'
    [[1.0, 2.0]]

    (f x y)                         element by element: + - * / < > =, and functions by their names, sqrt, where, ...
    (sum x) (sum x 0)               mean, min, max, any, ... of all elements; along an axis, which stays, of extent 1
    (let (name x ...) body)         names
    (define (f x y) body) ...       functions, before the expression; they may not call themselves
    (iota 10)                       0, 1, ..., 9
"""

import json
import re
import sys

from through_c import Broadloom

OPERATORS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "<": "less", ">": "greater", "=": "equal"}
REDUCTIONS = {"sum", "prod", "mean", "min", "max", "any", "all", "var", "std", "argmin", "argmax"}


def read(tokens):
    token = next(tokens)
    return list(iter(lambda: read(tokens), ")")) if token == "(" else token


def read_all(text):
    if text.count("(") != text.count(")"):
        raise ValueError("parentheses that do not match")
    tokens = iter([*re.findall(r"[()]|[^\s()]+", text), ")"])
    return list(iter(lambda: read(tokens), ")"))


class Compiler:
    """Each expression becomes a line, and is then known by the line's name and its number of axes."""

    def __init__(self):
        self.lines, self.functions = [], {}

    def add(self, operation, operands, ndim, attributes=""):
        name = f"%v{len(self.lines)}"
        self.lines.append(f"{name} = {operation} {', '.join(operand for operand, _ in operands)} {attributes}")
        return name, ndim

    def compile(self, tree, names):
        if isinstance(tree, str):
            return names[tree] if tree in names else self.add("constant", [], 0, f"{{value=f64:{float(tree)}}}")
        head, *rest = tree
        if head == "let":
            for name, value in zip(rest[0][::2], rest[0][1::2]):
                names = {**names, name: self.compile(value, names)}
            return self.compile(rest[1], names)
        if head == "iota":
            return self.add("iota", [], 1, f"{{shape=[{int(rest[0])}], axis=0}}")
        operands = [self.compile(each, names) for each in (rest[:1] if head in REDUCTIONS else rest)]
        if head in REDUCTIONS:
            axes, ndim = [int(axis) for axis in rest[1:]], operands[0][1]
            return self.add(head, operands, ndim if axes else 0, f"{{axes={axes or [*range(ndim)]}, keepdims={int(bool(axes))}}}")
        if head in self.functions:
            parameters, body = self.functions[head]
            return self.compile(body, dict(zip(parameters, operands)))
        return self.add(OPERATORS.get(head, head), operands, max(ndim for _, ndim in operands))

    def text(self, program, shapes):
        *definitions, expression = read_all(program)
        for _, (name, *parameters), body in definitions:
            self.functions[name] = parameters, body
        result = self.compile(expression, {name: (f"%{name}", len(shape)) for name, shape in shapes.items()})
        result = self.add("astype", [result], result[1], "{dtype=f64}")
        operands = ", ".join(f"%{name}: f64{shape}" for name, shape in shapes.items())
        return "\n".join([f"graph @lisp({operands}) {{", *self.lines, f"return {result[0]}", "}"])


def main(library, program, *given):
    inputs = {name: json.loads(value) for name, value in (each.split("=", 1) for each in given)}
    shapes = {name: shape_of(value) for name, value in inputs.items()}
    broadloom = Broadloom(library)
    arrays = [broadloom.array(flat(value), shapes[name]) for name, value in inputs.items()]
    print(json.dumps(nested(*broadloom.run(Compiler().text(program, shapes), arrays))))


def shape_of(value):
    return [len(value), *shape_of(value[0])] if isinstance(value, list) else []


def flat(value):
    return [number for part in value for number in flat(part)] if isinstance(value, list) else [value]


def nested(numbers, shape):
    step = len(numbers) // max(shape[0], 1) if shape else 0
    return [nested(numbers[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])] if shape else numbers[0]


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except ValueError as error:
        sys.exit(f"lisp: {error}")
