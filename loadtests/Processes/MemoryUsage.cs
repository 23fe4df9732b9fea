namespace LoadTests.Processes;

/// <summary>What a process with all that it has started has in memory, as it is counted here and there; bytes.</summary>
/// <param name="Resident">RSS: pages that are mapped, those that several processes share for each of them.</param>
/// <param name="Proportional">PSS: a page that several processes share counts once, in parts.</param>
/// <param name="WorkingSet">
/// What the kernel charges to the control group, sockets' buffers and its own structures included, without file pages that it may take back at any
/// time: what a container's limit is held against. Null where there is no group.
/// </param>
internal readonly record struct MemoryUsage(long Resident, long Proportional, long? WorkingSet)
{
    /// <summary>Each of the three less what there was before, for each of so many, in kilobytes.</summary>
    public (double Resident, double Proportional, double? WorkingSet) KilobytesEach(MemoryUsage before, long count)
    {
        var each = 1024.0 * Math.Max(1, count);
        return ((Resident - before.Resident) / each, (Proportional - before.Proportional) / each, (WorkingSet - before.WorkingSet) / each);
    }
}
