/** Names that more than one room must spell the same way. */

/** The source of what Segue itself says on the bus: never taken as a signal, so that nothing goes in circles. */
export const segueSource = 'segue';

/** The source of what a customer said through a link of ours. Whoever may put it on the bus is believed about whom it concerns. */
export const preferencesSource = 'segue.preferences';

/** The source of what runs of journeys say: believed about whom it concerns, and taken as a signal like any other. */
export const journeySource = 'segue.journey';

/** The source of what the profile says of its customer: segments entered and left. */
export const profileSource = 'segue.profile';

/** The source of what people answer: believed about whom it concerns, and taken as a signal like any other. */
export const tasksSource = 'segue.tasks';

/** A customer grants or withdraws consent: `{ channel, topic, granted, source }`. */
export const consentChanged = 'Consent Changed';

/** A customer wants to hear of a topic that is to be confirmed first: `{ channel, topic, source?, wording?, evidence? }`. */
export const consentRequested = 'Consent Requested';

/** A customer answered a survey of ours: `{ kind, csat | nps | ces, score, comment?, journey, enrol, occurrence, step, replaces? }`. */
export const surveyAnswered = 'Survey Answered';

/** A customer answered an email of ours; whoever reads the mailbox says so: `{ text }`. */
export const emailReplied = 'Email Replied';

/** Somebody, or something, followed a link in an email of ours: `{ enrol, occurrence, step, link, human }`. */
export const emailLinkClicked = 'Email Link Clicked';

/** The customer wrote us a text message: `{ text, keyword? }`. */
export const smsReceived = 'SMS Received';

/** What an app says of a push notification: `{ message_id }`, as it came in its data. Of one that bounced, `context.device` is gone. */
export const pushReceived = 'Push Notification Received';
export const pushTapped = 'Push Notification Tapped';
export const pushBounced = 'Push Notification Bounced';

/** What providers and apps report of a message, and what a step's notes call it. */
export const feedbackNotes: { readonly [event: string]: string } = {
  'Email Delivered': 'delivered',
  'SMS Delivered': 'delivered',
  'Email Opened': 'opened',
  [emailLinkClicked]: 'clicked',
  [smsReceived]: 'replied',
  [pushReceived]: 'delivered',
  [pushTapped]: 'opened',
};

/** A person answered a task of a journey: `{ enrol, occurrence, step, task, outcome, by, response }`. */
export const taskAnswered = 'Task Answered';

/** A step `start` of another journey: `{ journey, properties, parent: { journey, enrol, occurrence, step } }`. */
export const journeyRequested = 'Journey Requested';

/** A schedule lets the members of a segment enter: `{ journey, segment, at }`. */
export const journeyScheduled = 'Journey Scheduled';

/** A run is over: `{ journey, enrol, occurrence, reason, parent? }`. */
export const journeyEnded = 'Journey Ended';

/** Said with the source `segue`, for whoever subscribes; none of it is a signal. */
export const journeyStarted = 'Journey Started';
export const goalReached = 'Goal Reached';
export const messageSent = 'Message Sent';
export const messageWithheld = 'Message Withheld';
export const taskCreated = 'Task Created';

export const segmentEntered = 'Segment Entered';
export const segmentLeft = 'Segment Left';
