/** What the policy checker can say, in the order in which its sentences are recognised: one that could be taken for another stands before it. */
export const SENTENCES = [
  'needs_text', 'one_of', 'must_be_list', 'must_be_map', 'not_known_here', 'two_bases', 'unsaid', 'param_forms', 'no_currency', 'no_straddle',
  'fund_not_shared', 'fund_all_kept', 'fund_share', 'fund_sum', 'tier_twice', 'fractions_add_up', 'fractions_unread', 'tiers_need_answer', 'tier_answer', 'tiers_are_options',
  'not_date_input', 'too_many_steps', 'step_twice', 'step_name', 'step_cycle', 'no_block', 'step_needs_input', 'one_reference', 'block_needs',
  'nested_deep', 'no_reason', 'wrong_type', 'idle_step', 'gate_empty', 'condition_empty', 'not_comparable', 'row_step_missing', 'route_evidence',
  'band_none', 'band_open_early', 'band_ends', 'band_order', 'band_result', 'band_kinds', 'slice_result', 'slice_money', 'slice_number',
  'week_empty', 'too_long', 'values_deep', 'no_anchors', 'unseen', 'plain_key', 'key_twice', 'no_example', 'example', 'example_step',
  'example_unknown', 'example_steps', 'example_like', 'example_sales', 'quoted_text', 'quoted_missing', 'quoted_list', 'quoted_maps', 'quoted_texts',
  'quoted_answers', 'no_instant', 'no_interval', 'no_hours', 'no_state', 'not_currency', 'no_reference', 'later_step', 'refers_params',
  'refers_nothing', 'no_fact', 'no_input', 'no_field', 'not_amount', 'not_whole', 'not_truth', 'not_choice', 'not_date', 'not_day', 'not_dates',
  'not_figure', 'not_duration', 'no_unit', 'not_dated', 'parameter', 'other_unit', 'other_choice', 'other_currency', 'rows_order', 'example_is',
] as const;
