"""The demo county: invented people and places in Dingbian's real towns, told by the portal's own acts."""
