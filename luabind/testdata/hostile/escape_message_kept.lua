--> ok
spoa.on("m", function(msg)
	kept = msg
	kept_pairs = kept_pairs or pairs(msg)
end)
