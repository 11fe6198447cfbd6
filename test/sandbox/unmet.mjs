/** Something the person has to provide: the sentence is all they need, a stack trace is not. */
export class Unmet extends Error {}
