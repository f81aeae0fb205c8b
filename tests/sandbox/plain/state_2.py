"""What is left of one script must not be seen by the next."""
import os

print(os.listdir("."), os.listdir(os.environ["HOME"]), os.listdir(os.environ["TMPDIR"]).count("left"))
for folder in (".", os.environ["HOME"], os.environ["TMPDIR"]):
    os.makedirs(folder + "/left/deep")
    with open(folder + "/left/file", "w") as file:
        file.write("left")
    os.chmod(folder + "/left", 0)
