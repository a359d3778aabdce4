return require "loop2"
