/** Something a person wrote that cannot be used: where it is, what is wrong, and what to do. */
export class Misread extends Error {
  readonly place: string;
  constructor(place: string, message: string) {
    super(message);
    this.name = 'Misread';
    this.place = place;
  }
}
