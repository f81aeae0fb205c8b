import pickle, copy, typing, dataclasses, enum
@dataclasses.dataclass
class P: x: "int"; y: typing.ClassVar[int] = 3
print(pickle.loads(pickle.dumps(P(3))), typing.get_type_hints(P), P.__module__)
class C(enum.Enum): A = 1
print(pickle.loads(pickle.dumps(C.A)), copy.deepcopy(P(1)))
