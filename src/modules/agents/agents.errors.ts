import { defineCatalogue } from '../../core/errors/index.js';

export const AGENTS_ERRORS = defineCatalogue({
  'agents.not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'agents.mandate_not_found': { kind: 'missing', title: 'Nothing here', detail: 'There is nothing at this address that you may see.' },
  'agents.no_agency': { kind: 'forbidden', title: 'You work for no agent', detail: 'You have the role of an agent, but no agent lists you among its people. Ask an administrator to add you.' },
  'agents.member_elsewhere': { kind: 'conflict', title: 'This person works for an agent already', detail: 'A person acts for one agent at a time.' },
  'agents.mandate_exists': { kind: 'conflict', title: 'There is a mandate already', detail: 'You have a mandate over this business that was not ended. End it first to assert another.' },
  'agents.mandate_differs': { kind: 'conflict', title: 'The mandate says something else', detail: 'Your mandate over this business names another fee or another address of the business. End it and assert another, or write what it says.' },
  'agents.vetoed': { kind: 'state', title: 'The business does not want this', detail: 'The business, or whoever reads its address, said that you do not act for it. You cannot assert a mandate over it again; it can give you one by its own account.' },
  'agents.fee_invalid': { kind: 'meaning', title: 'The fee cannot be read', detail: 'A fee is none, a share above 0% and at most 100%, or an amount above nought; with it stand the words that the business reads.' },
  'agents.contact_is_agent': { kind: 'meaning', title: 'This is an address of the agent', detail: 'The business must confirm the mandate itself: give an address of the business, not of somebody who works for you.' },
  'agents.no_owner': { kind: 'state', title: 'Nobody can confirm for this business', detail: 'The business has no owner with an address in this portal.' },
  'agents.link_dead': { kind: 'missing', title: 'This link is no longer good', detail: 'It was used, has run out, or was replaced by a newer one. Ask the one who files for you to send another.' },
  'agents.asked_today': { kind: 'state', title: 'The business was asked today', detail: 'It gets at most one letter a day about a mandate. Ask again tomorrow.' },
  'agents.transition_refused': { kind: 'state', title: 'Its state does not allow this', detail: 'The mandate does not go that way.' },
});
