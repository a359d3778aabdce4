--> load-error not found
require('../x')
