return require "loop1"
