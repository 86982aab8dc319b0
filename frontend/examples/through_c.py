"""broadloom through its C interface (frontend/c/broadloom.h) and ctypes: as much as a small compiler needs."""

import ctypes

FLOAT64 = 13
Handle = ctypes.c_void_p


class ArrayInfo(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("dtype", ctypes.c_int32), ("ndim", ctypes.c_int32),
                ("is_evaluated", ctypes.c_int32), ("is_read_only", ctypes.c_int32), ("is_view", ctypes.c_int32),
                ("size", ctypes.c_int64), ("nbytes", ctypes.c_int64),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64))]


class Broadloom:
    """Handles live as long as the process: enough for one program."""

    def __init__(self, path):
        self.library, self.context = ctypes.CDLL(path), Handle()
        self.library.bl_error_message.restype = ctypes.c_char_p
        self.call("bl_context_default", ctypes.byref(self.context))

    def call(self, name, *arguments):
        function = getattr(self.library, name)
        function.restype = Handle
        if error := function(*arguments):
            raise ValueError(self.library.bl_error_message(Handle(error)).decode())

    def array(self, numbers, shape):
        """A float64 array of numbers in C order."""
        array = Handle()
        self.call("bl_array_copy", self.context, (ctypes.c_double * len(numbers))(*numbers), FLOAT64, len(shape),
                  (ctypes.c_int64 * len(shape))(*shape), None, ctypes.byref(array))
        return array

    def run(self, text, arrays):
        """The one result of a program, which must be float64: its numbers in C order, and its shape."""
        program, results, info = Handle(), (Handle * 1)(), ArrayInfo(ctypes.sizeof(ArrayInfo))
        inputs = (Handle * len(arrays))(*arrays)
        self.call("bl_program_parse", self.context, text.encode(), ctypes.byref(program))
        self.call("bl_program_execute", program, inputs, ctypes.c_size_t(len(arrays)), results, ctypes.c_size_t(1))
        self.call("bl_array_info_get", Handle(results[0]), ctypes.byref(info))
        numbers = (ctypes.c_double * info.size)()
        self.call("bl_array_read", Handle(results[0]), numbers, ctypes.c_size_t(info.nbytes))
        return list(numbers), info.shape[:info.ndim]
