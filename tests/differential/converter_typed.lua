-- converter:
-- input: int(42)
-- request: /

core.register_converters("converter_typed", function(value) return type(value) .. value end)
