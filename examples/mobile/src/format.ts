/** Days and times as a person reads them; amounts come readable from the shop. */

/** A promised day, "Tue, Nov 24": a day of the calendar, wherever the telephone is. */
export function shortDay(day: string): string {
  return format(day, { weekday: "short", month: "short", day: "numeric" });
}

export function longDay(day: string): string {
  return format(day, { weekday: "long", month: "long", day: "numeric" });
}

export function moment(at: string): string {
  return new Date(at).toLocaleString("en-US", {
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
  });
}

/** What is left until then, "5 h 12 min". */
export function timeLeft(until: string): string {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - Date.now()) / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return hours ? `${hours} h ${rest} min` : `${rest} min`;
}

export function clock(until: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(until) - Date.now()) / 1000));
  if (seconds >= 3600) return timeLeft(until);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function format(day: string, style: Intl.DateTimeFormatOptions): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-US", { ...style, timeZone: "UTC" });
}
