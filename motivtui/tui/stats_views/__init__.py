"""The views of the Stats room: which plot, which table and which words go with the results of an analysis.

shown                     what a view shows; numbers as its tables write them
measures                  which results are looked at: instrument, item, model
overview … statuses       the views, pure: results in, figure and rows out
all_views                 their order
copied                    tables as CSV and Markdown
choose, explain           the room's dialogs
"""
