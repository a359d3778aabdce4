--> load-error not found
require('/etc/passwd')
