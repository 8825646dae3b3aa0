/** A file that was planned with is not there any more (HTTP 404 or 410); the message is what the server said. */
export class Gone extends Error {}
