"""The lab: two real kernels run what gfs2gen has generated. README.md says how; `../run` is the way in."""
