-- converter: a,7
-- input: str(In)
-- request: /

core.register_converters("converter", function(text, a, b)
  return text:upper() .. a .. type(b) .. b
end)
