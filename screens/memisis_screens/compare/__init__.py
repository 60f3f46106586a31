"""The Compare tab: what differs beyond noise between marked runs."""
