-- What PUC Lua 5.4 prints for this file is in io.want.
local name = os.tmpname()
local function show(...)
	local t = table.pack(...)
	for i = 1, t.n do
		if math.type(t[i]) == "float" then t[i] = string.format("%.14g", t[i]) end
		t[i] = tostring(t[i]):gsub(name, "NAME"):gsub("0x%x+", "ADDRESS")
	end
	print(table.concat(t, " | "))
end

-- modes and errors of open
show(io.open("/nonexistent/file"))
show(io.open("/nonexistent/file", "w"))
for _, mode in ipairs { "", "rw", "r+b", "rb+", "x", "w+", "a+b", "r+", "rbb", "+r" } do
	local ok, f, text = pcall(io.open, name, mode)
	show(mode, ok, ok and io.type(f) or f, text)
	if ok and f then f:close() end
end

-- writing, chaining, seeking
local f = assert(io.open(name, "w+"))
show(f:write("one\n", 2, "\n", 3.5, "\n") == f, f:seek("cur"), f:seek("set", 2), f:read("l"), f:seek("end"), f:seek("cur", -4), f:read(1), f:read("a"), f:read("a"), f:read("l"), f:read(0))
show(pcall(f.seek, f, "middle"))
show(f:seek("set", -1))
show(f:seek("set"), f:read(2), f:write("X"), f:seek("set"))
show(f:read("a"))
show(f:setvbuf("no"), f:setvbuf("full", 1024), f:setvbuf("line"), pcall(f.setvbuf, f, "x"))
show(f:flush() == f, io.type(f), f:close(), io.type(f), tostring(f))
show(pcall(f.read, f))
show(pcall(f.close, f))
show(pcall(io.close, f))
show(pcall(io.lines, name, "x"))

-- read formats
f = assert(io.open(name, "w"))
f:write("  12 -3.5e1 0x1F .5 12abc\nline two\n\nlast line without end")
show(f:read("l"))
f:close()
f = assert(io.open(name))
show(f:write("x"))
show(f:read("n", "*n", "n", "n", "n"))
show(f:read("l"))
show(f:read("*L", "L", 4, 0, "a", "a", "l", "n"))
show(f:read(1), f:read(0), f:read("a"), f:read("l"))
show(pcall(f.read, f, "x"))
show(pcall(f.read, f, "*"))
show(f:seek("set"), f:read(0), f:read(3), f:read(0), f:read(1000))
f:close()

-- numerals
f = assert(io.open(name, "w"))
f:write("0x 1e+ 99 0xA.8p1 -  +7 nan 123456789012345678901234567890 1..2 " .. ("9"):rep(250))
f:close()
f = assert(io.open(name))
for _ = 1, 14 do show(f:read("n")) if not f:read(1) then break end end
f:close()

-- lines
f = assert(io.open(name, "w"))
f:write("a 1\nb 2\n\nc")
f:close()
for l in io.lines(name) do show("line", l) end
for l in io.lines(name, "L") do show("Line", l) end
for c, n in io.lines(name, 1, "n") do show("pair", c, n) break end
for l in io.lines(name, 3) do show("three", l) end
show(select("#", io.lines(name)))
show(pcall(io.lines, "/nonexistent/file"))
f = assert(io.open(name))
for l in f:lines() do show(l) break end
show(io.type(f), f:read("a"))
local next = f:lines()
f:close()
show(pcall(next))
do
	local kept
	do local g <close> = assert(io.open(name)) kept = g end
	show(io.type(kept))
end

-- default files
show(io.type(io.stdin), io.type(io.stdout), io.type(42), pcall(io.type))
show(io.stdout:close())
show(io.output() == io.stdout, io.input() == io.stdin)
io.output(name)
show(io.write("to the file", "\n") == io.output())
io.close()
show(pcall(io.write, "x"))
io.output(io.stdout)
io.input(name)
show(io.read("L"), io.read())
io.close(io.input())
show(pcall(io.read))
show(pcall(io.input, "/nonexistent/file"))
show(pcall(io.output, {}))
io.input(io.stdin)
f = io.tmpfile()
show(f:write("tmp"), f:seek("set"), f:read("a"))
f:close()
show(getmetatable(io.stdout).__name, tostring(io.stdout):match("^file %("))

-- processes
f = assert(io.popen("echo hello; exit 3"))
show(f:read("a"), f:close())
f = assert(io.popen("cat >/dev/null; kill -9 $$", "w"))
show(f:write("x") == f)
show(f:close())
show(pcall(io.popen, "true", "rw"))
show(os.execute("true"))
show(os.execute("exit 5"))
show(os.execute())

-- os
show(os.rename(name, name .. ".2"), os.remove(name .. ".2"))
show(os.remove(name))
show(os.rename(name, name .. ".2"))
show(os.setlocale(), os.setlocale("C"), os.setlocale("xx_YY"), os.setlocale(nil, "numeric"))
show(os.getenv("NO_SUCH_VARIABLE"), type(os.getenv("PATH")))
