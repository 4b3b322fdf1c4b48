# Remove whatever the checkout has under this name.
rm -rf "$outpost_state" || :
NODE_USE_ENV_PROXY=1 node -e '
  // In a syntax that every Node understands, so that an old one can report that it is too old.
  const { createHash } = require("crypto");
  const fs = require("fs");
  const { tmpdir } = require("os");
  const { join } = require("path");
  const [from, version, sha256, state] = process.argv.slice(1);
  const program = "The program of outpost/deploy-action " + version;
  const say = (lines) => {
    for (const line of lines) console.log(line);
  };
  const stop = (exitStatus, lines) => {
    say(lines);
    process.exitCode = exitStatus;
  };
  const readPlainFile = (path) => {
    // Reading a pipe could block, and a device may never end.
    const file = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    if (!fs.fstatSync(file).isFile()) throw new Error("it is not a plain file");
    return fs.readFileSync(file);
  };
  const load = async () => {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new Error("no complete answer within 30 s")), 30000);
    try {
      const answer = await fetch(from, { signal: limit.signal });
      if (!answer.ok) throw new Error("HTTP " + answer.status);
      return Buffer.from(await answer.arrayBuffer());
    } finally {
      clearTimeout(timer);
      // An unread answer would keep the connection open, and this process running.
      limit.abort();
    }
  };
  const bytesAfter = async (pausesMs) => {
    try {
      return await (/^https?:/.test(from) ? load() : readPlainFile(from));
    } catch (error) {
      const reason = (error.cause && error.cause.code) || error.code || error.message;
      if (pausesMs.length === 0 || !/^https?:/.test(from)) {
        stop(69, [
          program + " could not be fetched from " + from + ": " + reason + ".",
          "Nothing was deployed. Give the runner access to this address, or set the input bundle-url to a mirror of it.",
        ]);
        return undefined;
      }
      say(["Could not fetch the program from " + from + ": " + reason + ". Trying again in " + pausesMs[0] / 1000 + " s."]);
      await new Promise((resolve) => setTimeout(resolve, pausesMs[0]));
      return bytesAfter(pausesMs.slice(1));
    }
  };
  const store = (bytes) => {
    try {
      // Nobody else can write to this folder. The state file holds its path, because after_script
      // runs in another shell.
      const path = join(fs.mkdtempSync(join(tmpdir(), "outpost-program-")), "program.mjs");
      fs.writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
      fs.writeFileSync(state, path, { flag: "wx", mode: 0o600 });
    } catch (error) {
      stop(69, [
        program + " could not be written (" + (error.code || error.message) + ").",
        "Nothing was deployed. Free some space, or let the job write to " + tmpdir() + " and to its checkout.",
      ]);
    }
  };
  const main = async () => {
    if (Number(process.versions.node.split(".")[0]) < 20)
      return stop(69, [
        program + " needs Node 20 or later, but the image of this job has Node " + process.versions.node + ".",
        "Nothing was deployed. Set the input image to one with a newer Node, for example node:24-alpine.",
      ]);
    const bytes = await bytesAfter([1000, 2000, 4000]);
    if (bytes === undefined) return undefined;
    const found = createHash("sha256").update(bytes).digest("hex");
    if (found === sha256) return store(bytes);
    return stop(70, [
      program + " has the SHA-256 " + sha256 + ", but " + from + " has " + found + ".",
      "It did not run, and nothing was deployed. A mirror must have the exact file of this version.",
    ]);
  };
  void main();
' '$[[ inputs.bundle-url ]]' "$bundle_version" "$bundle_sha256" "$outpost_state" || exit $?
