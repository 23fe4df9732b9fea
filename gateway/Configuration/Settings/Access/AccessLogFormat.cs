namespace SseGateway.Configuration.Settings.Access;

/// <summary>How the lines of the access log are written.</summary>
internal enum AccessLogFormat
{
    /// <summary>There is none.</summary>
    Off,

    /// <summary>An object a line, with all there is to say.</summary>
    Json,

    /// <summary>The line that web servers call combined, for the programs that read it.</summary>
    Combined,
}
