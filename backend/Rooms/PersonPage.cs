namespace ChatBackend.Rooms;

/// <summary>One of a person's pages.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Page">What it calls itself.</param>
internal readonly record struct PersonPage(string Name, string Page);
