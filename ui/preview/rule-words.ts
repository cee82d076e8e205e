/** `answer-words` and `minAnswerWords` read as words. */
export const ruleWords = (rule: string) => {
  const spaced = rule
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[-_]/g, " ")
    .replace(/\+/g, ", ")
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
