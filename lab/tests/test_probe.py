"""probe: what is read out of crm_mon and /proc/drbd, and what is missing for a cluster to be at rest."""

import unittest

from gfs2lab.description import Cluster
from gfs2lab.lab import Answer
from gfs2lab.probe import MARK, Member, State, location, state, unrest

from .test_description import InAFolder, small

# As crm_mon 2.1 prints it, without what nobody reads.
CRM_MON = """<pacemaker-result api-version="2.25" request="crm_mon -1 --output-as=xml">
  <nodes>
    <node name="one" id="1" online="true" standby="false" standby_onfail="false" unclean="false"/>
    <node name="two" id="2" online="true" standby="false" standby_onfail="false" unclean="false"/>
  </nodes>
  <resources>
    <resource id="bmc-one" resource_agent="stonith:fence_ipmilan" role="Started" active="true" failed="false">
      <node name="two" id="2" cached="true"/>
    </resource>
    <clone id="drbd-r0-clone" multi_state="true">
      <resource id="drbd-r0" role="Promoted" active="true" failed="false"><node name="one" id="1"/></resource>
      <resource id="drbd-r0" role="Promoted" active="true" failed="false"><node name="two" id="2"/></resource>
    </clone>
    <clone id="storage-clone" multi_state="false">
      <group id="storage:0">
        <resource id="fs-fast" role="Started" active="true" failed="false"><node name="one" id="1"/></resource>
        <resource id="fs-rest" role="Started" active="true" failed="false"><node name="one" id="1"/></resource>
      </group>
      <group id="storage:1">
        <resource id="fs-fast" role="Started" active="true" failed="false"><node name="two" id="2"/></resource>
        <resource id="fs-rest" role="Started" active="true" failed="false"><node name="two" id="2"/></resource>
      </group>
    </clone>
    <resource id="vm-web" role="Started" active="true" failed="false"><node name="one" id="1"/></resource>
    <resource id="vm-old" role="Stopped" active="false" failed="false"/>
  </resources>
  <status code="0" message="OK"/>
</pacemaker-result>
"""
DRBD = """version: 8.4.11 (api:1/proto:86-101)

 5: cs:Connected ro:Primary/Primary ds:UpToDate/UpToDate C r-----
    ns:1048 nr:2096 dw:3144 dr:4192 al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0
"""


class Recorded:
    """A lab whose nodes say what was recorded."""

    def __init__(self, cluster: Cluster, **said: str) -> None:
        self.cluster, self.said = cluster, said

    def ask(self, node: object, script: str, timeout: float = 60) -> Answer:
        text = self.said.get(getattr(node, "name"))
        return Answer(255, "no answer in time") if text is None else Answer(0, text)


def says(crm_mon: str = CRM_MON, drbd: str = DRBD, mounts: str = "/srv/fast\n/srv/rest\n", guests: str = "") -> str:
    return f"\n{MARK}\n".join([crm_mon, drbd, mounts, guests])


class OnRecord(InAFolder):
    def setUp(self) -> None:
        super().setUp()
        self.cluster = small.cluster(self.folder)

    def lab(self, one: str, two: str) -> Recorded:
        return Recorded(self.cluster, one=one, two=two)

    def said(self, text: str) -> State | None:
        return state(self.lab(text, text), self.cluster.nodes[0])


class What(OnRecord):
    def test_members(self) -> None:
        said = self.said(says(CRM_MON.replace('standby="false"', 'standby="true"', 1)))
        self.assertEqual(said.members, {"one": Member(True, False, True), "two": Member(True, False, False)})

    def test_resources_by_their_active_nodes(self) -> None:
        said = self.said(says())
        self.assertEqual(said.where["fs-fast"], {"one", "two"})
        self.assertEqual(said.where["vm-web"], {"one"})
        self.assertNotIn("vm-old", said.where)
        self.assertEqual(said.promoted, {"drbd-r0": {"one", "two"}})

    def test_failed_and_pending(self) -> None:
        started, starting = 'role="Started" active="true" failed="false"', 'role="Stopped" active="false" failed="true" pending="Starting"'
        said = self.said(says(CRM_MON.replace(f'id="vm-web" {started}', f'id="vm-web" {starting}')))
        self.assertEqual((said.failed, said.pending), ({"vm-web"}, {"vm-web"}))

    def test_drbd_by_minor(self) -> None:
        self.assertEqual(self.said(says()).drbd, {5: ("Connected", "Primary/Primary", "UpToDate/UpToDate")})

    def test_a_node_that_says_nothing_or_half(self) -> None:
        self.assertIsNone(state(Recorded(self.cluster), self.cluster.nodes[0]))
        self.assertIsNone(self.said(says("crm_mon: Error: cluster is not available on this node")))
        self.assertIsNone(self.said(CRM_MON))


class Rest(OnRecord):
    def reason(self, one: str, two: str = says()) -> str:
        return unrest(self.lab(one, two))

    def test_whole(self) -> None:
        self.assertEqual(self.reason(says(guests="web\n")), "")

    def test_a_node_away(self) -> None:
        self.assertEqual(self.reason("nonsense"), "one does not answer")
        away = CRM_MON.replace('id="2" online="true"', 'id="2" online="false"')
        self.assertIn("two is Member(online=False", self.reason(says(away, guests="web\n")))

    def test_a_resync(self) -> None:
        drbd = DRBD.replace("Connected", "SyncSource").replace("UpToDate/UpToDate", "UpToDate/Inconsistent")
        self.assertIn("r0 is SyncSource", self.reason(says(drbd=drbd, guests="web\n")))

    def test_no_mount(self) -> None:
        self.assertEqual(self.reason(says(mounts="/srv/fast\n", guests="web\n")), "one: /srv/rest is not mounted")

    def test_libvirt_and_pacemaker_disagree(self) -> None:
        self.assertIn("web is on ['one']", self.reason(says()))
        self.assertIn("two: web is on ['one']", self.reason(says(guests="web\n"), says(guests="web\n")))

    def test_one_alone(self) -> None:
        one = self.cluster.nodes[0]
        crm_mon = CRM_MON.replace('<node name="two" id="2"/>', "")
        drbd = DRBD.replace("Connected ro:Primary/Primary ds:UpToDate/UpToDate", "WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown")
        self.assertEqual(unrest(self.lab(says(crm_mon, drbd, guests="web\n"), ""), (one,)), "")

    def test_where_a_guest_runs(self) -> None:
        [guest] = self.cluster.guests
        self.assertEqual(location(self.lab("nonsense", says()), guest).name, "one")


if __name__ == "__main__":
    unittest.main()
