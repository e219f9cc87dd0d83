/** The 168 hours of a week, UTC. 0 = Sunday 00:00. */
export const HOURS = 168;
export const DAY_HOURS = 24;
export const HOUR_SEC = 3600;
/** 1 January 1970 was a Thursday. */
const FIRST_HOUR = 4 * DAY_HOURS;
const DAYS = ['Sundays', 'Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays'];

export function hourOfWeek(sec: number): number {
  return (((Math.floor(sec / HOUR_SEC) + FIRST_HOUR) % HOURS) + HOURS) % HOURS;
}

/** "14:00 UTC". */
export function hourName(hour: number): string {
  return `${String(hour % DAY_HOURS).padStart(2, '0')}:00 UTC`;
}

/** "Mondays 14:00 UTC". */
export function weekHourName(hour: number): string {
  return `${DAYS[Math.floor(hour / DAY_HOURS)]} ${hourName(hour)}`;
}
