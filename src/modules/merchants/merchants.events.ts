/** What happens to a business, its places and its people; the same words in the audit trail. */
export type MerchantTopic =
  | 'merchant.created' | 'merchant.edited' | 'merchant.verified' | 'merchant.register_asked' | 'merchant.held' | 'merchant.released'
  | 'site.added' | 'site.edited' | 'site.hours_replaced' | 'site.enrolled' | 'site.enrolment_edited'
  | 'member.invited' | 'member.invitation_withdrawn' | 'member.joined' | 'member.role_changed' | 'member.removed';
