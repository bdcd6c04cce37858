// Time the JavaScript peers. Reads {workloads: {name: [text, ...]}, cases: [text, ...], seconds, rounds} from standard
// input and writes {peer: {version, nanoseconds: {workload: n}, counted: [[encoding, segments], ...]}}.
"use strict";

const { getCharCount } = require("@trt2/gsm-charset-utils");
const { split } = require("split-sms");
const { SegmentedMessage } = require("sms-segments-calculator");

const GSM7 = { GSM: "GSM-7", "GSM-7": "GSM-7" };
const peers = {
  "@trt2/gsm-charset-utils": (text) => {
    const found = getCharCount(text);
    return [found.encoding, found.msgCount];
  },
  "split-sms": (text) => {
    const found = split(text);
    return [found.characterSet, found.parts.length];
  },
  "sms-segments-calculator": (text) => {
    const found = new SegmentedMessage(text);
    return [found.encodingName, found.segmentsCount];
  },
};

// What is counted is added up and written at the end, so that no call can be optimised away.
let ballast = 0;

function passes(count, texts, times) {
  const start = process.cpuUsage();
  for (let pass = 0; pass < times; pass++) {
    for (const text of texts) ballast += count(text)[1];
  }
  const used = process.cpuUsage(start);
  return (used.user + used.system) * 1000;
}

function time(count, texts, seconds, rounds) {
  let times = 1;
  while (passes(count, texts, times) < seconds * 1e9) times *= 2; // finds the number, and warms the compiler up
  let best = Infinity;
  for (let round = 0; round < rounds; round++) best = Math.min(best, passes(count, texts, times));
  return best / times / texts.length;
}

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const answer = {};
for (const [name, count] of Object.entries(peers)) {
  const nanoseconds = {};
  for (const [workload, texts] of Object.entries(asked.workloads)) {
    nanoseconds[workload] = time(count, texts, asked.seconds, asked.rounds);
  }
  const counted = asked.cases.map((text) => {
    const [encoding, segments] = count(text);
    return [GSM7[encoding] || "UCS-2", segments];
  });
  answer[name] = { version: require(`${name}/package.json`).version, nanoseconds, counted };
}
process.stderr.write(ballast < 0 ? "?" : "");
process.stdout.write(JSON.stringify({ node: process.version, peers: answer }));
