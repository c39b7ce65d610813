"""The tests of motivtui; a package so that the fault server can be imported from any of them."""
