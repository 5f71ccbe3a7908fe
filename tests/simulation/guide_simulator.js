// The guide's simulator as its description has it, for comparison: reads cases from standard input, answers all of them.
"use strict";

const LIMIT_S = 300;

function simulate({ agentSkills, definition }) {
  const wrong = [];
  if (definition.isMandatory && !definition.wrapupCode) {
    wrong.push("Mandatory wrap-up code missing identifier.");
  }
  if (definition.duration > LIMIT_S) {
    wrong.push(`Duration exceeds maximum allowed post-interaction time of ${LIMIT_S} seconds.`);
  }
  const matches = agentSkills.every((skill) => definition.requiredSkills?.includes(skill));
  if (!matches) {
    wrong.push("Agent skill requirements do not match wrap-up code configuration.");
  }
  return { isValid: wrong.length === 0, errors: wrong, simulatedOutcome: wrong.length ? "rejected" : "approved" };
}

function answered(input) {
  try {
    return simulate(input);
  } catch (error) {
    return { threw: error.constructor.name };
  }
}

const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const cases = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  process.stdout.write(JSON.stringify(cases.map(answered)));
});
