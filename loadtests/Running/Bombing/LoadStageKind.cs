namespace LoadTests.Running.Bombing;

/// <summary>NBomber's load simulations, by its names for them.</summary>
internal enum LoadStageKind
{
    /// <summary>From the copies of the stage before to so many, evenly.</summary>
    RampingConstant,

    /// <summary>So many copies.</summary>
    KeepConstant,

    /// <summary>New copies at each interval, from as many as the stage before to so many.</summary>
    RampingInject,

    /// <summary>So many new copies at each interval.</summary>
    Inject,

    /// <summary>No new copies.</summary>
    Pause,
}
