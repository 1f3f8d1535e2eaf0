/** Names that more than one room must spell the same way. */

/** The source of what Segue itself says on the bus: never taken as a signal, so that nothing goes in circles. */
export const segueSource = 'segue';

/** The source of what a customer said through a link of ours. Whoever may put it on the bus is believed about whom it concerns. */
export const preferencesSource = 'segue.preferences';

/** A customer grants or withdraws consent: `{ channel, topic, granted, source }`. */
export const consentChanged = 'Consent Changed';

/** Somebody, or something, followed a link in an email of ours: `{ enrol, occurrence, step, link, human }`. */
export const emailLinkClicked = 'Email Link Clicked';
