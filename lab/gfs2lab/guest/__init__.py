"""The lab's guest: its disk image, what it writes and acknowledges, and what is made of that afterwards."""
