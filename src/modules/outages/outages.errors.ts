import { defineCatalogue } from '../../core/errors/index.js';

export const OUTAGE_ERRORS = defineCatalogue({
  'outages.not_found': { kind: 'missing', title: 'No such outage', detail: 'There is no outage {id} that you may see.' },
  'outages.code_taken': { kind: 'conflict', title: 'Outage code taken', detail: 'Another outage already has this code; choose another one.' },
  'outages.revision_not_found': { kind: 'missing', title: 'No such revision', detail: 'Outage {id} has no revision {revision}.' },
  'outages.unknown_service': {
    kind: 'meaning', title: 'Unknown service', detail: '{where}: there is no service "{service}"; add it first, or correct the code.',
  },
  'outages.parts_meanwhile': {
    kind: 'conflict', title: 'Service got parts', detail: 'A service of the scope has just got parts; record on the parts.',
  },
  'outages.window_reversed': {
    kind: 'meaning', title: 'Window reversed', detail: '{where} ends at {to}, before it begins at {from}; nothing is swapped for you.',
  },
  'outages.window_empty': { kind: 'meaning', title: 'Window without length', detail: '{where} begins and ends at {from}; an interval needs a length.' },
  'outages.lines_overlap': {
    kind: 'meaning', title: 'Lines overlap',
    detail: '{where} and {other} overlap for {service} in {region} from {from} to {to}; within a revision each instant has one state.',
  },
  'outages.outside_scope': {
    kind: 'meaning', title: 'Outside the scope',
    detail: '{where} ({service} in {region}, {from} to {to}) reaches beyond the scope, which is {scope}; widen the scope or shorten the line.',
  },
  'outages.region_malformed': { kind: 'meaning', title: 'Not a region', detail: '"{region}" is no code of a region: letters and digits with . _ or -, or * for everywhere.' },
  'outages.in_future': {
    kind: 'meaning', title: 'In the future', detail: '{where} reaches {at}, which has not come yet; only announced maintenance may lie ahead.',
  },
  'outages.level_needed': {
    kind: 'meaning', title: 'Level needed', detail: '{where} is degraded: say which share of the service was lost, between 0 and 1, such as "0.4" or "2/3".',
  },
  'outages.level_out_of_range': {
    kind: 'meaning', title: 'Level out of range', detail: '{where}: a level of {level} is not between 0 and 1; nothing lost is "up", everything lost is "down".',
  },
  'outages.level_not_allowed': { kind: 'meaning', title: 'Level not allowed', detail: '{where} is {state}; only degraded time has a level.' },
  'outages.notice_needed': {
    kind: 'meaning', title: 'Notice needed', detail: '{where} is maintenance: say how and when it was announced.',
  },
  'outages.notice_not_allowed': { kind: 'meaning', title: 'Notice not allowed', detail: '{where} is {state}; only maintenance has a notice.' },
  'outages.window_repeated': {
    kind: 'meaning', title: 'Official window repeated', detail: '{where}: {service} already has an official window; it has one per revision.',
  },
  'outages.still_open': {
    kind: 'meaning', title: 'Line without end', detail: '{where} has no end, but the outage has ended; say when it ended.',
  },
  'outages.scope_needed': {
    kind: 'meaning', title: 'Scope needed', detail: 'A revision says what it speaks for: name at least one service and interval. (An amendment may void an outage with an empty scope.)',
  },
  'outages.too_many_lines': { kind: 'too_large', title: 'Too many lines', detail: 'A revision has at most {limit} lines; this one has {count}.' },
  'outages.content_faulty': { kind: 'meaning', title: 'Revision refused', detail: '{count} fault(s) found; nothing was stored.' },
  'outages.not_draft': {
    kind: 'state', title: 'No longer a draft', detail: 'The outage is {state}: what the register holds is altered by an amendment, which is a change: rehearse it, and have another person approve it.',
  },
  'outages.not_recorded': { kind: 'state', title: 'Still a draft', detail: 'The outage is a draft: alter it directly. Only what the register holds is amended.' },
  'outages.amends_nothing': { kind: 'meaning', title: 'Nothing is amended', detail: 'The amendment says what the register says already; change a line first.' },
  'outages.four_eyes': {
    kind: 'duty', title: 'Confirm by another person', detail: 'You wrote revision {revision}; another register editor has to confirm it.',
  },
  'outages.revision_decided': { kind: 'state', title: 'Revision already confirmed', detail: 'Revision {revision} is already in the register.' },
  'outages.revision_withdrawn': { kind: 'state', title: 'Revision withdrawn', detail: 'Revision {revision} was given up by the change it belongs to; propose an amendment anew.' },
  'outages.revision_overtaken': {
    kind: 'state', title: 'Revision overtaken',
    detail: 'Revision {revision} was written on top of revision {base}, but the register now holds revision {current}; write it again on top of that.',
  },
  'outages.ends_before': {
    kind: 'meaning', title: 'Ends too early', detail: '{where} reaches {at}, after the end you state ({endedAt}); state a later end or amend the line first.',
  },
  'outages.ends_in_future': { kind: 'meaning', title: 'End in the future', detail: 'An outage ends when it has ended; {endedAt} has not come yet.' },
  'services.not_found': { kind: 'missing', title: 'No such service', detail: 'There is no service "{service}".' },
  'services.code_taken': { kind: 'conflict', title: 'Service code taken', detail: 'Another service already has this code.' },
  'services.parent_unknown': { kind: 'meaning', title: 'Unknown parent', detail: 'There is no service "{parent}" to be a part of.' },
  'services.parent_recorded': {
    kind: 'state', title: 'Parent has records',
    detail: 'The parent has records of its own and cannot get parts now: what was recorded for it would speak for nobody. Make a new parent for both.',
  },
  'timeline.service_has_parts': {
    kind: 'meaning', title: 'Service has parts', detail: '"{service}" is made of {parts}; ask for one of them.',
  },
  'timeline.too_long': { kind: 'meaning', title: 'Span too long', detail: 'A timeline covers at most {limitDays} days; ask for it in parts.' },
  'register.as_of_future': { kind: 'meaning', title: 'As of the future', detail: '{asOf} has not come yet; what the register will know then is not known.' },
  'register.version_unknown': { kind: 'meaning', title: 'Unknown register version', detail: 'The register is at version {current}; there is no version {version} yet.' },
  'register.one_as_of': { kind: 'meaning', title: 'One point of view', detail: 'Name either asOf or registerVersion, not both.' },
});

export type OutageErrorCode = keyof typeof OUTAGE_ERRORS;
