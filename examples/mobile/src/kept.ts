/** What outlives a reload; a browser that keeps nothing (private mode) just forgets. */

export const kept = {
  get(name: string): string {
    try {
      return localStorage.getItem(`parcelwise.${name}`) ?? "";
    } catch {
      return "";
    }
  },
  set(name: string, value: string): void {
    try {
      if (value) localStorage.setItem(`parcelwise.${name}`, value);
      else localStorage.removeItem(`parcelwise.${name}`);
    } catch {
      // It is forgotten at the next reload.
    }
  },
};
