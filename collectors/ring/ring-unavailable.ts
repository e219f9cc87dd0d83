/** Why live capture cannot use a packet ring here. Another way of capture may still work. */
export class RingUnavailable extends Error {
  constructor(
    /** A few words for the status line: "no koffi". */
    readonly short: string,
    /** The same with what was seen, for the log. */
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RingUnavailable';
  }
}
