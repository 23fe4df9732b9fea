namespace LoadTests.Clients;

internal enum StreamEnd
{
    /// <summary>The server ended the response.</summary>
    Whole,

    /// <summary>The client has left.</summary>
    Left,

    /// <summary>The connection was lost in the middle of the response.</summary>
    Cut,
}
