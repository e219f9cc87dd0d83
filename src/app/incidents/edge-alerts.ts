/** What Cloudflare tells of attacks, as alerts for the journal: each when it is new, and when it has changed by much. */
import { alertOfEdgeAttack, alertOfNotification } from '../../incident/store/alert/edge-alert.js';
import type { AlertedBody } from '../../incident/store/alert/fastnetmon-alert.js';
import type { EdgeNetworkView } from '../../snapshot/edge-network-view.js';

const MOST_KNOWN = 300;

export class EdgeAlerts {
  /** As they were written. */
  readonly #known = new Map<string, string>();

  newsOf({ attacks, notifications }: EdgeNetworkView): AlertedBody[] {
    const told = notifications.map(alertOfNotification).filter((body) => body !== null);
    return [...attacks.map(alertOfEdgeAttack), ...told].filter((body) => this.#isNews(body));
  }

  #isNews({ incidentId, incident }: AlertedBody): boolean {
    const words = `${incident.state} ${Math.round(Math.log2(1 + incident.peakPps))}`;
    if (this.#known.get(incidentId) === words) return false;
    this.#known.set(incidentId, words);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    return true;
  }
}
