"""What a change of many rows does, for people to read before it is staged. Pure."""

from textual.content import Content

from tui.db.bulk import Plan
from tui.db.schema import Column, Table
from tui.widgets.cells import label, visible
from tui.widgets.change_list import in_a_line
from tui.widgets.row_names import row_name
from tui.widgets.tones import QUIET


def plan_text(plan: Plan, table: Table, column: Column) -> Content:
    """How many rows are changed of how many, and the first of them."""
    is_deletion = any(after is before is None for _, before, after in plan.examples)
    does = "will be staged for deletion" if is_deletion else f"will be changed in {visible(column.name, 40)}"
    of = f" of {plan.looked_at:,}" if plan.looked_at != plan.count else ""
    lines = [label(f"{plan.count:,}{of} row{'s' * (plan.looked_at != 1)} {does}.").stylize("bold")]
    if plan.deleted_before:
        lines.append(Content.styled(f"{plan.deleted_before:,} are staged for deletion already.", QUIET))
    if plan.changed_since:
        told = f"{plan.changed_since:,} were changed by somebody else meanwhile, and stay: r reads them anew."
        lines.append(Content.styled(told, "$text-warning"))
    for key, before, after in plan.examples:
        name = (visible(row_name(table, key), 30), QUIET)
        values = "" if is_deletion else f"  {in_a_line(before)} → {in_a_line(after)}"
        lines.append(Content.assemble("  ", name, values))
    if plan.count > len(plan.examples):
        lines.append(Content.styled(f"  … and {plan.count - len(plan.examples):,} more", QUIET))
    return Content("\n").join(lines)
