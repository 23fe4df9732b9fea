namespace SseGateway.Streams.Admission;

/// <summary>By which word the gateways of a fleet are known in ids that they give to clients, so that another one can say whose an id is.</summary>
internal interface IFleetNodes
{
    /// <summary>This gateway's: letters, digits, hyphens, dots, underlines and tildes.</summary>
    string Own { get; }

    /// <summary>True for the word of another gateway that lives, as far as is known.</summary>
    bool IsAnothers(string word);
}
