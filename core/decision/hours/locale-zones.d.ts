/** In every engine since 2022 and in none of TypeScript's libraries yet: ECMA-402 Intl Locale Info. */
declare namespace Intl {
  interface Locale {
    /** The IANA zones of the locale's region; undefined where it has none. */
    getTimeZones?(): string[] | undefined;
  }
}
