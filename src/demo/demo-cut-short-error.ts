/** The demo was being written when its process was ended. What is there cannot be gone on with: the story stands in the middle of a day. */
export class DemoCutShortError extends Error {
  constructor(dataDirectory: string) {
    super(`The demo was cut short while it was being written, so only a part of it is there. Delete the folder ${dataDirectory} and start again; with a server of your own, make its database anew.`);
  }
}
