"""The tests of the store; a package so that its samples and its child process can be imported."""
