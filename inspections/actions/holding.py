"""What every act on a campaign does alike: hold it while it is written in."""

from foundation.workflow import NotPossibleError
from inspections.models import Campaign
from inspections.workflow import CAMPAIGN


def hold_campaign(campaign: Campaign) -> Campaign:
    """The campaign under lock, neither ended nor cancelled: whatever is written in it waits here."""
    held = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not CAMPAIGN.acts(held.state):
        raise NotPossibleError(f"专项行动{held.get_state_display()}，不能再修改。")
    return held
