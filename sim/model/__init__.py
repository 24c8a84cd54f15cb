"""The model, written once as SimPy processes, which both engines run.

    state      what there is: records, the world, waits, the values of controls
    border     what groups meet: posts, calls, barriers, exposure, news, the transit state's posture
    journeys   what groups do, from arrival to the end, and who leads or holds them
    extensions actors and rules that a scenario brings

Start at `day_order`: who begins, in what order, and what a day does. `calendar` has the levers and triggers;
`simulate` plays a scenario out.
"""
