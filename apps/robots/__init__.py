"""Synthetic callers and agents: they prove from outside that a call works, audio included.

They know the server only by its public doors: the log-in form, the panel's socket, the caller's
socket and the audio of a browser leg. Nothing here imports the server, so what passes here also
works for people. How to use them: `docs/robots.md`.

session   the site's addresses and the log-in form
door      a JSON socket, kept alive, its messages put into an inbox
inbox     everything a robot reacts to, in order: messages, alarms, the wish to stop
softphone follows the leg the panel asks for
panel     the panel's socket: commands, offers, the picture it draws
leg       one browser leg: tone out, listener in
audio     tone, listener, spectrum
caller    the robot that calls
callers_line  its audio, resumed when its door broke
answerer  the robot that answers
errors    the sentence that stops a robot
report    one line a fact, and the exit code
process   runs a robot in this process; Ctrl-C hangs up
"""
