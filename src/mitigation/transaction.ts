/** What is sent to a firewall at once: all of it happens or nothing. Printable, so that it can be shown, logged and sent by the same object. */
export interface Transaction {
  /** Constant but for names of our own: no argument carries what a user wrote. */
  readonly argv: readonly string[];
  readonly stdin: string;
}
