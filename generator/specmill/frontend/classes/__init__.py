"""The classes that an SDK has for a spec: one for every object, enum and union, read as SDK generators read a spec, not as validators do.

``said`` reads schemas, ``shapes`` makes classes of them, ``calls`` those of operations, ``naming`` names all,
``directions`` says what is only sent or only received, ``lowering`` is the way in.
"""
