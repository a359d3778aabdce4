--> load-error no files can be read here
spoa.read('/etc/passwd')
