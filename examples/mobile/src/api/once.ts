/** Keys for calls that must not count twice: a call that got no answer is repeated under its own. */

import { NoAnswer } from "./refusal";

const unanswered = new Map<string, string>();

/**
 * Make the call under a key. Was the answer to the same call lost, it gets the same key, and if it
 * has got through the first time the shop answers as it did then.
 */
export async function once<T>(name: string, body: unknown, call: (key: string) => Promise<T>): Promise<T> {
  const same = `${name} ${JSON.stringify(body)}`;
  const key = unanswered.get(same) ?? crypto.randomUUID();
  unanswered.set(same, key);
  try {
    const answer = await call(key);
    unanswered.delete(same);
    return answer;
  } catch (error) {
    if (!(error instanceof NoAnswer)) unanswered.delete(same);
    throw error;
  }
}
