"""The console: what people see and press. The only door to Textual.

It calls no model and writes no row: runs are carried out by the engine's process (`engine_link`), what is stored is
read in a thread (`archive`), statistics are computed in a process of their own (`analyst`). Inside: app > screens >
dialogs > widgets; widgets know neither database nor engine, they announce, and screens decide.
"""
